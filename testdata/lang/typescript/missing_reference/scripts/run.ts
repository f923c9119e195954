import { day } from "@src/day";
day;
