import { money } from "@app/money";
import { button } from "@app/ui/button";
import exact from "exact";
money(button, exact);
