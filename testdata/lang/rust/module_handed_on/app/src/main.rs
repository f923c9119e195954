use facade::whole;

mod child;
mod sibling;

fn main() {
    whole::run();
    facade::part::Gear::make();
    child::go();
    sibling::go();
}
