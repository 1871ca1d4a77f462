package syntax

import "fmt"

// The limits keep a hostile file from taking all time or memory. Each is far
// above what real templates, plans and policies need: the largest template
// that CloudFormation takes is 1 MB, and large Terraform plans are tens of MB.
const (
	maxYAMLBytes = 10 << 20
	maxJSONBytes = 64 << 20
	// MaxDepth is how deep values may be nested.
	MaxDepth     = 256
	maxYAMLNodes = 1_000_000
	maxJSONNodes = 10_000_000
	// MaxDocuments is how many documents a file may hold.
	MaxDocuments = 1_000
	// MaxText bounds the text that a function puts together.
	MaxText = 1 << 20
)

// A Problem is what is wrong with a file, with its place.
type Problem struct {
	Message    string
	Start, End int
}

// Error is the message.
func (p *Problem) Error() string { return p.Message }

func tooLarge(size, limit int, format string) *Problem {
	return &Problem{Message: fmt.Sprintf("the file is too large: %d bytes, where %s of at most %d are read", size, format, limit)}
}

func tooDeep(offset int) *Problem {
	return &Problem{Message: fmt.Sprintf("values are nested more than %d deep", MaxDepth), Start: offset, End: offset + 1}
}

func tooMany(limit, offset int) *Problem {
	return &Problem{Message: fmt.Sprintf("the file holds more than %d values", limit), Start: offset, End: offset + 1}
}
