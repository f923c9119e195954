import { Shape } from "./index";
export const shape: Shape = { round: true };
