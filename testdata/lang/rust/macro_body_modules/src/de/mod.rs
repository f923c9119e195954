use crate::lib::Vec;
use crate::util::take;
use crate::One;

pub struct Reader(Vec<One>);

pub fn open() -> Result<(), ()> {
    tri!(step());
    let _ = take;
    Ok(())
}

fn step() -> Result<(), ()> {
    Ok(())
}
