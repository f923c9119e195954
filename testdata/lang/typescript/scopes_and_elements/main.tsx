import React from "react";
import { Card } from "./card";
import * as form from "./form";
import { Base, Shape } from "./base";

export class Panel extends Base implements Shape {
  render(Card2 = Card) {
    return <Card><form.Input value={form.empty} /></Card>;
  }
}

export abstract class Open {}
export const pick = (Card: string) => Card;
{
  const form = 1;
  form;
}
for (const Base of []) Base;
