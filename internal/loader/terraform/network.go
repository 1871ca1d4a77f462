package terraform

import (
	"errors"
	"math/big"
	"net/netip"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

var errNetwork = errors.New("not within the network")

// network are the functions over address ranges (Terraform documentation, "IP
// Network Functions").
func network(name string) function.Function {
	spec := &function.Spec{Params: parameters(cty.String), Type: function.StaticReturnType(cty.String)}
	switch name {
	case "cidrhost":
		spec.Params = parameters(cty.String, cty.Number)
		spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			p, err := netip.ParsePrefix(args[0].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			a, err := host(p, args[1])
			return cty.StringVal(a.String()), err
		}
	case "cidrnetmask":
		spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			p, err := netip.ParsePrefix(args[0].AsString())
			if err != nil || !p.Addr().Is4() {
				return cty.NilVal, errNetwork
			}
			all := netip.AddrFrom4([4]byte{255, 255, 255, 255})
			return cty.StringVal(netip.PrefixFrom(all, p.Bits()).Masked().Addr().String()), nil
		}
	case "cidrsubnet":
		spec.Params = parameters(cty.String, cty.Number, cty.Number)
		spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			p, err := netip.ParsePrefix(args[0].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			bits, ok := whole(args[1])
			number, also := whole(args[2])
			if !ok || !also || bits < 0 || number < 0 || p.Bits()+bits > p.Addr().BitLen() || bits < 62 && number >= 1<<bits {
				return cty.NilVal, errNetwork
			}
			return cty.StringVal(subnet(p, p.Bits()+bits, big.NewInt(int64(number))).String()), nil
		}
	case "cidrsubnets":
		spec.VarParam = &function.Parameter{Name: "newbits", Type: cty.Number}
		spec.Type = function.StaticReturnType(cty.List(cty.String))
		spec.Impl = subnets
	case "cidrcontains":
		spec.Params = parameters(cty.String, cty.String)
		spec.Type = function.StaticReturnType(cty.Bool)
		spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			p, err := netip.ParsePrefix(args[0].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			if a, err := netip.ParseAddr(args[1].AsString()); err == nil {
				return cty.BoolVal(p.Contains(a)), nil
			}
			inner, err := netip.ParsePrefix(args[1].AsString())
			return cty.BoolVal(p.Bits() <= inner.Bits() && p.Contains(inner.Addr())), err
		}
	}
	return function.New(spec)
}

func whole(v cty.Value) (int, bool) {
	i, accuracy := v.AsBigFloat().Int64()
	return int(i), accuracy == big.Exact
}

func host(p netip.Prefix, v cty.Value) (netip.Addr, error) {
	n, ok := whole(v)
	size := new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-p.Bits()))
	number := big.NewInt(int64(n))
	if n < 0 {
		number.Add(number, size)
	}
	if !ok || number.Sign() < 0 || number.Cmp(size) >= 0 {
		return netip.Addr{}, errNetwork
	}
	return plus(p.Masked().Addr(), number), nil
}

// plus is the address so many after another.
func plus(a netip.Addr, n *big.Int) netip.Addr {
	sum := new(big.Int).Add(new(big.Int).SetBytes(a.AsSlice()), n)
	bytes := make([]byte, a.BitLen()/8)
	out, _ := netip.AddrFromSlice(sum.FillBytes(bytes))
	return out
}

func subnet(p netip.Prefix, bits int, number *big.Int) netip.Prefix {
	shift := uint(p.Addr().BitLen() - bits)
	return netip.PrefixFrom(plus(p.Masked().Addr(), new(big.Int).Lsh(number, shift)), bits)
}

// subnets gives one range after the other, each at the next place that it fits.
func subnets(args []cty.Value, _ cty.Type) (cty.Value, error) {
	p, err := netip.ParsePrefix(args[0].AsString())
	if err != nil {
		return cty.NilVal, err
	}
	size := p.Addr().BitLen()
	next := new(big.Int)
	end := new(big.Int).Lsh(big.NewInt(1), uint(size-p.Bits()))
	var list []cty.Value
	for _, v := range args[1:] {
		bits, ok := whole(v)
		if !ok || bits < 1 || p.Bits()+bits > size {
			return cty.NilVal, errNetwork
		}
		width := new(big.Int).Lsh(big.NewInt(1), uint(size-p.Bits()-bits))
		up := new(big.Int).Add(next, new(big.Int).Sub(width, big.NewInt(1)))
		next = up.Sub(up, new(big.Int).Mod(up, width))
		if new(big.Int).Add(next, width).Cmp(end) > 0 {
			return cty.NilVal, errNetwork
		}
		list = append(list, cty.StringVal(netip.PrefixFrom(plus(p.Masked().Addr(), next), p.Bits()+bits).String()))
		next = new(big.Int).Add(next, width)
	}
	if len(list) == 0 {
		return cty.ListValEmpty(cty.String), nil
	}
	return cty.ListVal(list), nil
}
