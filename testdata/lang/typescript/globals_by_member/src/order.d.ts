declare namespace Shop {
  interface Order { id: number }
}
