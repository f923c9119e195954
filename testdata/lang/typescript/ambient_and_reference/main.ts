/// <reference path="./legacy.d.ts" />
import { Model } from "./model";
import { paint } from "virtual:paint";
import logo from "./logo.svg";
import "./augment";
paint(legacyCall(), __VERSION__, logo, new Model().extra);
