package loader_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/source"
)

func TestUsesOfWhatServicesOwnAreFound(t *testing.T) {
	const template = `Parameters:
  Image: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64}
  Other: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base}
  Small: {Type: String, Default: 'yes'}
Conditions:
  Large: !Not [!Equals [!Ref Small, 'yes']]
Resources:
  Objects: {Type: AWS::EC2::VPCEndpoint, Properties: {ServiceName: com.amazonaws.eu-west-1.s3}}
  Repository: {Type: AWS::ECR::Repository}
  Web:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - {Name: a, Image: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/web:1}
        - {Name: b, Image: !Sub '${Repository.RepositoryUri}:2'}
        - {Name: c, Image: 'public.ecr.aws/nginx/nginx:1'}
  Batch:
    Type: AWS::ECS::TaskDefinition
    Condition: Large
    Properties:
      ContainerDefinitions: [{Name: a, Image: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/batch:1}]
  Resize:
    Type: AWS::Lambda::Function
    Properties: {PackageType: Image, Code: {ImageUri: !Sub '${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/resize:3'}}
  Cleaner:
    Type: AWS::Lambda::Function
    Properties: {VpcConfig: {SubnetIds: [subnet-1]}, Code: {ZipFile: x}}
  Outside: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: x}}}
  Clean: {Type: 'Custom::Clean', Properties: {ServiceToken: !GetAtt Cleaner.Arn}}
  Free: {Type: 'Custom::Free', Properties: {ServiceToken: !GetAtt Outside.Arn}}
  Foreign: {Type: AWS::CloudFormation::CustomResource, Properties: {ServiceToken: !ImportValue Function}}
  Waiting: {Type: AWS::CloudFormation::WaitCondition, Properties: {Count: 1}}
  Host: {Type: AWS::EC2::Instance, Properties: {ImageId: !Ref Image}}
  Windows: {Type: AWS::EC2::Instance, Properties: {ImageId: !Ref Other}}
  Fleet:
    Type: AWS::EC2::LaunchTemplate
    Properties: {LaunchTemplateData: {ImageId: '{{resolve:ssm:/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2}}'}}
  Nodes: {Type: AWS::EKS::Nodegroup}
  Patch: {Type: AWS::SSM::Association, Properties: {Name: AWS-RunPatchBaseline}}
  HostRole:
    Type: AWS::IAM::Role
    Properties: {ManagedPolicyArns: [!Sub 'arn:${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore']}
`
	unit := loader.Load([]*source.File{source.NewFile("network.yaml", []byte(template))}, loader.Options{})
	var got [][3]string
	for _, u := range unit.Uses {
		got = append(got, [3]string{u.Name, u.Owned, template[u.Span.Start:u.Span.End]})
	}
	want := [][3]string{
		{"Web", "ecr-layers", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/web:1"},
		{"Web", "ecr-layers", "'${Repository.RepositoryUri}:2'"},
		{"Resize", "ecr-layers", "'${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/resize:3'"},
		{"Clean", "cfn-custom-resource", "Clean"},
		{"Waiting", "cfn-waitcondition", "Waiting"},
		{"Host", "al2023-repos", "Image"},
		{"Fleet", "al2-repos", "'{{resolve:ssm:/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2}}'"},
		{"Nodes", "ecr-service-repos", "Nodes"},
		{"Nodes", "ecr-layers", "Nodes"},
		{"Patch", "ssm-agent", "Patch"},
		{"Patch", "ssm-documents", "AWS-RunPatchBaseline"},
		{"HostRole", "ssm-agent", "'arn:${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore'"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	known := map[string]bool{}
	for _, r := range catalogue.OwnedResources() {
		known[r.ID] = true
	}
	for _, u := range unit.Uses {
		if !known[u.Owned] {
			t.Errorf("the catalogue has no %q", u.Owned)
		}
	}
}
