//go:build !linux

package main

func restricted() {}
