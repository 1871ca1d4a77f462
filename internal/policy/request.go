package policy

import "strings"

// A Request is one concrete request and its context. Context gives the keys
// that the request's other fields do not: see Keys.
type Request struct {
	// Principal is who asks: the ARN of a user, a role, a role session, a
	// federated-user session or a root user; the name of an AWS service
	// (logs.amazonaws.com); empty for an unsigned request; "*" for credentials
	// of nobody in particular. The ARN of a role stands for a session of that
	// role whose name no policy gives.
	Principal string
	// Kind is what the principal is where Principal cannot say it: callers that
	// STS federates. The zero Kind takes it from Principal.
	Kind PrincipalKind
	// PrincipalAccount is the account of the credentials. Empty, it is the one
	// in Principal.
	PrincipalAccount string
	// PrincipalOrg is the organization of that account; empty when it is in
	// none.
	PrincipalOrg string
	Action       string
	Resource     string // ARN, or "*" for an action that takes none
	// ResourceAccount is the account that owns the resource. Empty, it is the
	// one in Resource, if that holds one.
	ResourceAccount string
	ResourceOrg     string
	// Context holds context keys by name, in any case, with their values. It
	// wins over what the other fields say. A key without any value is absent;
	// one that is there and empty has the value "".
	Context map[string][]string
	// Unknown names the keys of which neither presence nor value is known. What
	// tests one that Context does not hold is undecided.
	Unknown []string
}

// PrincipalKind is a kind of caller.
type PrincipalKind int

// The kinds of callers. ByPrincipal, the zero kind, is the one that
// Request.Principal says.
const (
	ByPrincipal   PrincipalKind = iota
	Unsigned                    // anonymous
	User                        // an IAM user
	RoleSession                 // a session of an IAM role
	FederatedUser               // a session from GetFederationToken
	Root                        // the root user of an account
	AWSService                  // an AWS service principal
	STSFederated                // a caller of AssumeRoleWithSAML or AssumeRoleWithWebIdentity: unsigned
	Somebody                    // signed, by nobody in particular
)

// String returns the kind in words.
func (k PrincipalKind) String() string {
	switch k {
	case Unsigned:
		return "an unsigned request"
	case User:
		return "an IAM user"
	case RoleSession:
		return "a role session"
	case FederatedUser:
		return "a federated-user session"
	case Root:
		return "a root user"
	case AWSService:
		return "an AWS service"
	case STSFederated:
		return "a caller that STS federates"
	case Somebody:
		return "somebody"
	default:
		return "what the principal says"
	}
}

// signs reports whether requests of that kind of caller are signed.
func (k PrincipalKind) signs() bool { return k != Unsigned && k != STSFederated }

// A caller is the principal of a request, taken apart.
type caller struct {
	kind               PrincipalKind
	arn                string
	partition, account string
	// name is the user's name, the role's name or the federated user's name;
	// without a path.
	name string
}

// caller reads the principal (IAM User Guide, "IAM identifiers").
func (r Request) caller() caller {
	c := caller{kind: Somebody, arn: r.Principal, account: r.PrincipalAccount}
	f := strings.SplitN(r.Principal, ":", 6)
	switch {
	case r.Principal == "" || r.Principal == "anonymous":
		c.kind, c.arn = Unsigned, ""
	case len(f) == 6 && f[0] == "arn":
		c.partition = f[1]
		if c.account == "" {
			c.account = f[4]
		}
		c.kind, c.name = kindOfARN(f[2], f[5])
	case strings.Contains(r.Principal, ".amazonaws."):
		c.kind = AWSService
	}
	if r.Kind != ByPrincipal {
		c.kind = r.Kind
	}
	return c
}

// kindOfARN reads the service and the last segment of a principal's ARN.
func kindOfARN(service, resource string) (kind PrincipalKind, name string) {
	what, path, _ := strings.Cut(resource, "/")
	last := path[strings.LastIndexByte(path, '/')+1:]
	switch service + ":" + what {
	case "iam:root":
		return Root, ""
	case "iam:user":
		return User, last
	case "iam:role":
		return RoleSession, last
	case "sts:assumed-role":
		role, _, _ := strings.Cut(path, "/")
		return RoleSession, role
	case "sts:federated-user":
		return FederatedUser, path
	case "iam:saml-provider", "iam:oidc-provider":
		return STSFederated, ""
	default:
		return Somebody, ""
	}
}

// roleARN is the ARN of the role behind a session: the value of
// aws:PrincipalArn. The session's own ARN does not carry the role's path, so
// that a role with a path must come in Context.
func (c caller) roleARN() string {
	if strings.HasPrefix(c.arn, "arn:"+c.partition+":sts:") {
		return "arn:" + c.partition + ":iam::" + c.account + ":role/" + c.name
	}
	return c.arn
}

// Caller returns what kind of principal asks; never ByPrincipal.
func (r Request) Caller() PrincipalKind { return r.caller().kind }
