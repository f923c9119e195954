import * as React from "./react";
export const view = React.createElement();
