import App from "@/App.vue";
import Menu from "@/components/Menu";
import { price, type Tag } from "./components/PriceTag.vue";

export const roots: Tag[] = [App, Menu, price];
