package policy

import "github.com/eplint/eplint/internal/source"

// A Use is a resource of the files whose work needs what an AWS service owns: a
// bucket, an image, a document. An endpoint whose policy blocks that breaks it.
type Use struct {
	// Owned is the catalogue's id of what is needed: ecr-layers.
	Owned string
	// Name is the logical id of the resource and Type its type:
	// AWS::ECS::TaskDefinition.
	Name, Type string
	// Span is what tells the need: an image's name, or the resource's own.
	Span source.Span
}
