export default function d() {}
