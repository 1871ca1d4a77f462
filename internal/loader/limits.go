package loader

// The limits keep a hostile file from taking all time or memory, as those of
// package syntax do.
const (
	// maxSteps bounds the values visited while the policies of one file are
	// resolved: aliases make a small file stand for a large one.
	maxSteps = 100_000
	// maxVariants bounds the ways to deploy an endpoint that are told apart,
	// fileVariants those of all endpoints of a file together, and maxExpanded the
	// values that the loops of a template go over.
	maxVariants  = 16
	fileVariants = 1_000
	maxStacks    = 16  // templates inside one another
	maxMade      = 200 // templates of stacks that one template leads to
	maxOpened    = 8   // how often defaults are set aside for an endpoint
	maxExpanded  = 1_000
	// maxPolicy bounds a policy as it is written: AWS takes 20,480 characters, and
	// YAML needs a few times as many.
	maxPolicy = 200 << 10
	// maxStatements bounds the statements of a policy: AWS's limit leaves room
	// for fewer. fileStatements, and as many again as the file has room for,
	// bound those of all policies of a file.
	maxStatements  = 500
	fileStatements = 2_000
)
