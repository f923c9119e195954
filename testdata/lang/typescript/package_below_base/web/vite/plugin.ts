import { defineConfig } from "vite";
import { lib } from "lib";
import { own } from "~/own";
export interface Plugin {}
defineConfig(lib, own);
