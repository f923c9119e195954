export {};
declare global {
    interface Window { a: 1 }
    interface Shared { a: 1 }
}
