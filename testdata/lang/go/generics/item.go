package app

type Item int
