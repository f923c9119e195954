export const Input = () => null;
