//! Members of a class by name, without a look at all of them.
//!
//! In: a list in source order. Out: those with a name, still in source order.
//! Invariant: a class with many members costs no more per question than the logarithm of their number.
//! Never: an order for the few members of an ordinary class.

/// Lists of up to this many members are simply read through.
const FEW: usize = 16;

/// Positions of a list in order of the names; nothing for a short list.
pub(super) fn order<'a, T>(list: &[T], text: impl Fn(&T) -> &'a str) -> Vec<u32> {
    if list.len() <= FEW {
        return Vec::new();
    }
    let mut named: Vec<(&str, u32)> = list.iter().map(text).zip(0..).collect();
    named.sort_unstable();
    named.into_iter().map(|(_, place)| place).collect()
}

/// The members called `name`; `order` is that of the list.
///
/// A long list is searched by its order, a short one, which has none, is read through. Overloads
/// come in source order in both cases, since the order is stable by place.
pub(crate) fn called<'a, T>(
    list: &'a [T],
    order: &'a [u32],
    name: &'a str,
    text: impl Fn(&T) -> &'a str + Copy + 'a,
) -> impl Iterator<Item = &'a T> {
    let at = move |place: &u32| &list[*place as usize];
    let first = order.partition_point(|place| text(at(place)) < name);
    let few = if order.is_empty() { list } else { &[] };
    let sorted = order[first..].iter().map(at);
    sorted
        .take_while(move |member| text(member) == name)
        .chain(few.iter().filter(move |member| text(member) == name))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn the_first_of_a_name_comes_first_in_short_and_long_lists() {
        for count in [16, 1_000] {
            let names: Vec<String> = (0..7).map(|number| format!("m{number}")).collect();
            let numbers: Vec<usize> = (0..count).collect();
            let text = |number: &usize| names[number % 7].as_str();
            let order = order(&numbers, text);
            assert_eq!(order.is_empty(), count == FEW);
            let found: Vec<usize> = called(&numbers, &order, "m3", text).copied().collect();
            let wanted: Vec<usize> = (0..count).filter(|number| number % 7 == 3).collect();
            assert_eq!(found, wanted);
        }
    }

    #[test]
    fn a_question_about_many_members_looks_at_few() {
        let names: Vec<String> = (0..40_000).map(|number| format!("m{number}")).collect();
        let numbers: Vec<usize> = (0..40_000).collect();
        let looks = Cell::new(0);
        let text = |number: &usize| {
            looks.set(looks.get() + 1);
            names[*number].as_str()
        };
        let order = order(&numbers, text);
        for (number, name) in names.iter().enumerate() {
            assert_eq!(called(&numbers, &order, name, &text).next(), Some(&number));
        }
        assert!(looks.get() <= 40_000 * 20, "{} looks", looks.get());
    }
}
