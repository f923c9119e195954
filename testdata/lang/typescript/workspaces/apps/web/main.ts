import { price } from "@acme/core";
import { x } from "@acme/core/deep/x";
import { ui } from "@acme/ui";
import React from "react";
React(price, x, ui);
