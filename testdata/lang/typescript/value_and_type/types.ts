import { Third } from "./model";
export const third: Third = "";
