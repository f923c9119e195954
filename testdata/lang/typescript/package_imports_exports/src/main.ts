import { log } from "#log";
import { join } from "#util/join";
import { feature } from "self/feature";
import { all } from "self";
log(join, feature, all);
