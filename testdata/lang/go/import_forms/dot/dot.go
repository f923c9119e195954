package dot

func Visible() {}
