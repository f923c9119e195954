package app

type Shape interface{ Area() int }
