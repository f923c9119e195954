package prices

type Tax struct{ Rate *Rate }
