package shop;

class Money {
}
