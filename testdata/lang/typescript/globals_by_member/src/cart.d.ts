declare namespace Shop {
  interface Cart { size: number }
}
