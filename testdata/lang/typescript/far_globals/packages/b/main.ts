export const w: [Window, Top, Kept, Shared] = null!;
