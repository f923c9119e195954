export const decoy = 1;
