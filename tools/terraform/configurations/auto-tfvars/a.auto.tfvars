environment = "also-overwritten"

services = {
  sns   = "sns"
  states = "states"
}
