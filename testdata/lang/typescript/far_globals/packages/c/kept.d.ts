interface Kept { c: 1 }
interface Shared { c: 1 }
