module github.com/eplint/eplint/tools/catalogue

go 1.26.8
