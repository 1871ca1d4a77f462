// Command empty is the least that a Go program costs to start.
package main

func main() {}
