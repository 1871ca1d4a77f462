package loader

import "fmt"

// The limits keep a hostile file from taking all time or memory. Each is far
// above what real templates, plans and policies need: the largest template
// that CloudFormation takes is 1 MB, and large Terraform plans are tens of MB.
const (
	maxYAMLBytes = 10 << 20
	maxJSONBytes = 64 << 20
	maxDepth     = 256
	maxYAMLNodes = 1_000_000
	maxJSONNodes = 10_000_000
	maxDocuments = 1_000
	// maxSteps bounds the values visited while the policies of one file are
	// resolved: aliases make a small file stand for a large one.
	maxSteps = 100_000
	// maxVariants bounds the ways to deploy an endpoint that are told apart,
	// fileVariants those of all endpoints of a file together, and maxExpanded the
	// values that the loops of a template go over.
	maxVariants  = 16
	fileVariants = 1_000
	maxOpened    = 8 // how often defaults are set aside for an endpoint
	maxExpanded  = 1_000
	// maxText bounds the text that a function puts together, and maxPolicy a
	// policy as it is written: AWS takes 20,480 characters, and YAML needs a few
	// times as many.
	maxText   = 1 << 20
	maxPolicy = 200 << 10
	// maxStatements bounds the statements of a policy: AWS's limit leaves room
	// for fewer. fileStatements, and as many again as the file has room for,
	// bound those of all policies of a file.
	maxStatements  = 500
	fileStatements = 20_000
)

// A problem is what is wrong with a file, with its place.
type problem struct {
	message    string
	start, end int
}

func (p *problem) Error() string { return p.message }

func tooLarge(size, limit int, format string) *problem {
	return &problem{message: fmt.Sprintf("the file is too large: %d bytes, where %s of at most %d are read", size, format, limit)}
}

func tooDeep(offset int) *problem {
	return &problem{message: fmt.Sprintf("values are nested more than %d deep", maxDepth), start: offset, end: offset + 1}
}

func tooMany(limit, offset int) *problem {
	return &problem{message: fmt.Sprintf("the file holds more than %d values", limit), start: offset, end: offset + 1}
}
