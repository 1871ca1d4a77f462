#!/usr/bin/env bash
# Times whole processes beside two floors built in the same run. Only ratios of
# one run count: machines differ, and so do minutes of one machine.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for floor in empty opa; do
	go build -trimpath -ldflags "-s -w" -o "$work/$floor" "./tools/bench/testdata/$floor"
done
go build -trimpath -ldflags "-s -w" -o "$work/eplint" ./cmd/eplint
ls -l "$work/eplint" | awk '{ printf "binary: %.1f MB\n", $5 / 1e6 }'

mkdir "$work/one" "$work/templates" "$work/others"
template() {
	cat <<YAML
Resources:
  S3:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      ServiceName: !Sub com.amazonaws.\${AWS::Region}.s3
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Sid: Team$1
            Effect: Allow
            Principal: "*"
            Action: "s3:*"
            Resource: "arn:aws:s3:::team-$1-*"
  Queue:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      VpcEndpointType: Interface
      ServiceName: !Sub com.amazonaws.\${AWS::Region}.sqs
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: "*"
            Action: "sqs:*"
            Resource: "*"
            Condition:
              StringEquals:
                aws:PrincipalOrgID: o-exampleorg$1
YAML
	local j
	for j in $(seq 1 40); do
		printf '  Bucket%s:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: team-%s-%s\n' "$j" "$1" "$j"
	done
}
template 0 >"$work/one/template.yaml"
for i in $(seq 1 1000); do
	template "$i" >"$work/templates/$i.yaml"
	sed 's/V[Pp][Cc]Endpoint/VPCPeering/' "$work/templates/$i.yaml" >"$work/others/$i.yaml"
done

quiet="--no-config --quiet --fail-on never --format concise"
if command -v hyperfine >/dev/null; then
	hyperfine -N --warmup 3 --export-csv "$work/times.csv" --output null \
		-n "empty Go program" "$work/empty" \
		-n "OPA linked (floor A)" "$work/opa" \
		-n "one file without an endpoint" "$work/eplint $quiet $work/others/1.yaml" \
		-n "one template" "$work/eplint $quiet $work/one" \
		-n "1000 templates" "$work/eplint $quiet $work/templates" \
		-n "1000 files without an endpoint" "$work/eplint $quiet $work/others" >"$work/hyperfine.log" 2>&1 || { cat "$work/hyperfine.log"; exit 1; }
	awk -F, '
		NR == 1 { printf "%-32s %9s %9s %9s\n", "", "median ms", "CPU ms", "x floor A"; next }
		NR == 3 { floor = $4 }
		{ printf "%-32s %9.1f %9.1f %9s\n", $1, $4 * 1000, ($5 + $6) * 1000, (NR > 2 ? sprintf("%.2f", $4 / floor) : "") }
	' "$work/times.csv"
else
	echo "hyperfine is not installed: one run each" >&2
	for run in "$work/empty" "$work/opa" "$work/eplint $quiet $work/one" "$work/eplint $quiet $work/templates" "$work/eplint $quiet $work/others"; do
		echo "$run"
		time $run >/dev/null
	done
fi
if [ -x /usr/bin/time ]; then
	/usr/bin/time -f "peak memory, 1,000 templates: %M KB" "$work/eplint" $quiet "$work/templates" >/dev/null
fi
