//! Ways of arrows between the rows of the map, round the boxes that stand between.
//!
//! In: the upper left corner of each node, the ends of arrows. Out: paths, every coordinate a whole number.
//! Invariant: an arrow passes a row that it does not end in through a blank of that row.
//! Never: two arrows on the same line of a blank while there is room for two.
//!
//! Sugiyama's dummy nodes (1981) do the same with rows of their own; rows here hold boxes of folders,
//! which must not be torn apart, so arrows take the blanks that are left.

use std::collections::BTreeMap;

/// A corner or a point, from the left and from the top.
pub(super) type Point = (usize, usize);

/// Blank between two arrows in one gap of a row.
const APART: usize = 7;
/// Blank between an arrow and a box that it passes.
const CLEAR: usize = 6;
/// Length of an arrow's tip.
const TIP: usize = 7;

/// The nodes of one line, from left to right.
struct Line {
    y: usize,
    lefts: Vec<usize>,
}

/// A wish to pass a line: the arrow, and where it would best do so.
struct Pass {
    arrow: usize,
    wish: usize,
}

/// The paths of `arrows` between nodes of `size` at `at`, and how far to the right they reach.
pub(super) fn paths(
    at: &[Point],
    size: (usize, usize),
    arrows: &[(usize, usize)],
) -> (Vec<String>, usize) {
    let lines = lines(at);
    let middle = |node: usize| at[node].0 + size.0 / 2;
    let mut ways: Vec<Vec<(usize, usize)>> = vec![Vec::new(); arrows.len()];
    for (number, line) in lines.iter().enumerate() {
        let mut gaps: BTreeMap<usize, Vec<Pass>> = BTreeMap::new();
        for (arrow, &(from, to)) in arrows.iter().enumerate() {
            let (top, low) = (at[from].1.min(at[to].1), at[from].1.max(at[to].1));
            if (top + 1..low).contains(&line.y) {
                let (upper, lower) = if at[from].1 < at[to].1 {
                    (from, to)
                } else {
                    (to, from)
                };
                let start = ways[arrow]
                    .last()
                    .map_or((middle(upper), at[upper].1), |&(x, line)| {
                        (x, lines[line].y)
                    });
                let wish = between(start, (middle(lower), at[lower].1), line.y);
                gaps.entry(line.nearest(wish, size.0))
                    .or_default()
                    .push(Pass { arrow, wish });
            }
        }
        for (gap, passes) in gaps {
            for (arrow, x) in spread(line.gap(gap, size.0), passes) {
                ways[arrow].push((x, number));
            }
        }
    }
    let ports = ports(at, size, arrows, &ways);
    let right = ways
        .iter()
        .flatten()
        .map(|(x, _)| *x)
        .max()
        .unwrap_or_default();
    let path = |arrow: usize| path(at, size, arrows[arrow], &ways[arrow], &lines, ports[arrow]);
    ((0..arrows.len()).map(path).collect(), right)
}

/// The nodes by their height, each line from left to right.
fn lines(at: &[Point]) -> Vec<Line> {
    let mut lines: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &(x, y) in at {
        lines.entry(y).or_default().push(x);
    }
    let sorted = |(y, mut lefts): (usize, Vec<usize>)| {
        lefts.sort_unstable();
        Line { y, lefts }
    };
    lines.into_iter().map(sorted).collect()
}

/// Where the straight way from one point to another is at height `y`.
fn between((x, top): Point, (to_x, low): Point, y: usize) -> usize {
    let (down, all) = ((y - top) as f64, (low - top).max(1) as f64);
    (x as f64 + (to_x as f64 - x as f64) * down / all).round() as usize
}

impl Line {
    /// The gap before the node of this number, or after the last one.
    fn gap(&self, number: usize, width: usize) -> (usize, usize) {
        let from = number
            .checked_sub(1)
            .map_or(CLEAR, |before| self.lefts[before] + width + CLEAR);
        let to = self
            .lefts
            .get(number)
            .map_or(usize::MAX / 2, |left| left.saturating_sub(CLEAR));
        (from.min(to), to)
    }

    /// The number of the gap that is closest to `wish`: 0 is left of the first node, `lefts.len()`
    /// right of the last. Ties go to the left.
    fn nearest(&self, wish: usize, width: usize) -> usize {
        let far = |&number: &usize| {
            let (from, to) = self.gap(number, width);
            (wish.clamp(from, to).abs_diff(wish), number)
        };
        (0..=self.lefts.len()).min_by_key(far).unwrap_or_default()
    }
}

/// Places for the arrows that pass one gap: near to their wishes, apart from each other.
fn spread((from, to): (usize, usize), mut passes: Vec<Pass>) -> Vec<(usize, usize)> {
    passes.sort_by_key(|pass| (pass.wish, pass.arrow));
    let number = passes.len();
    let room = (to - from).min(1 << 20);
    if number > 1 && room / (number - 1) < APART {
        let place = |(at, pass): (usize, Pass)| (pass.arrow, from + room * at / (number - 1));
        return passes.into_iter().enumerate().map(place).collect();
    }
    let mut places: Vec<usize> = Vec::with_capacity(number);
    for pass in &passes {
        let least = places.last().map_or(from, |last| last + APART);
        places.push(pass.wish.clamp(from, to).max(least));
    }
    let mut most = to;
    for place in places.iter_mut().rev() {
        *place = (*place).min(most);
        most = place.saturating_sub(APART);
    }
    passes.iter().map(|pass| pass.arrow).zip(places).collect()
}

/// Where each arrow leaves its upper or lower edge, and where it reaches one, so that arrows do not lie upon each other.
fn ports(
    at: &[Point],
    size: (usize, usize),
    arrows: &[(usize, usize)],
    ways: &[Vec<(usize, usize)>],
) -> Vec<(usize, usize)> {
    // Node, whether its lower edge; where the arrow goes next, arrow, whether it begins here.
    let mut sides: BTreeMap<(usize, bool), Vec<(usize, usize, bool)>> = BTreeMap::new();
    for (arrow, &(from, to)) in arrows.iter().enumerate() {
        let down = at[from].1 < at[to].1;
        let level = at[from].1 == at[to].1;
        let (upper, lower) = (ways[arrow].first(), ways[arrow].last());
        let (next, before) = if down { (upper, lower) } else { (lower, upper) };
        let x = |way: Option<&(usize, usize)>, node: usize| {
            way.map_or(at[node].0 + size.0 / 2, |(x, _)| *x)
        };
        sides
            .entry((from, down || level))
            .or_default()
            .push((x(next, to), arrow, true));
        sides
            .entry((to, !down))
            .or_default()
            .push((x(before, from), arrow, false));
    }
    let mut ports = vec![(0, 0); arrows.len()];
    for ((node, _), mut ends) in sides {
        ends.sort_unstable();
        let number = ends.len() + 1;
        for (place, (_, arrow, begins)) in ends.into_iter().enumerate() {
            let x = at[node].0 + 10 + (size.0 - 20) * (place + 1) / number;
            if begins {
                ports[arrow].0 = x;
            } else {
                ports[arrow].1 = x;
            }
        }
    }
    ports
}

/// Curves from blank to blank; straight beside the boxes.
fn path(
    at: &[Point],
    size: (usize, usize),
    (from, to): (usize, usize),
    way: &[(usize, usize)],
    lines: &[Line],
    (x, to_x): (usize, usize),
) -> String {
    let (top, low) = (at[from].1, at[to].1);
    if top == low {
        let (y, bend) = (top + size.1, top + size.1 + 16 + x.abs_diff(to_x) / 24);
        return format!("M{x} {y}C{x} {bend} {to_x} {bend} {to_x} {}", y + TIP);
    }
    let passed = |&(x, line): &(usize, usize)| {
        (
            x,
            lines[line].y.saturating_sub(4),
            lines[line].y + size.1 + 4,
        )
    };
    let down = top < low;
    let (mut here, end) = if down {
        ((x, top + size.1), (to_x, low - TIP))
    } else {
        ((x, top), (to_x, low + size.1 + TIP))
    };
    let mut out = format!("M{} {}", here.0, here.1);
    let stops: Vec<(usize, usize, usize)> = if down {
        way.iter().map(passed).collect()
    } else {
        way.iter()
            .rev()
            .map(passed)
            .map(|(x, above, below)| (x, below, above))
            .collect()
    };
    for (x, near, far) in stops {
        out.push_str(&curve(here, (x, near)));
        out.push_str(&format!("V{far}"));
        here = (x, far);
    }
    out.push_str(&curve(here, end));
    out
}

/// A curve that leaves and arrives upright.
fn curve((x, y): Point, (to_x, to_y): Point) -> String {
    let bend = usize::midpoint(y, to_y);
    format!("C{x} {bend} {to_x} {bend} {to_x} {to_y}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (usize, usize) = (100, 40);

    /// Every point of a path that is not at one of its ends.
    fn passes(path: &str) -> Vec<usize> {
        path.split('V')
            .skip(1)
            .filter_map(|rest| rest.split('C').next()?.parse().ok())
            .collect()
    }

    #[test]
    fn an_arrow_goes_round_what_stands_between() {
        let at = [(200, 0), (200, 100), (200, 200)];
        let (paths, _) = paths(&at, SIZE, &[(0, 2), (2, 0)]);
        // Past the box of the middle row, on either side of it, upright.
        assert_eq!(
            paths[0],
            "M236 40C236 68 187 68 187 96V144C187 168 236 168 236 193"
        );
        assert_eq!(passes(&paths[1]), [96]);
        assert!(
            paths[1].starts_with("M2") && paths[1].contains('C'),
            "{}",
            paths[1]
        );
    }

    #[test]
    fn arrows_in_one_gap_keep_apart() {
        let wish = |arrow| Pass { arrow, wish: 50 };
        assert_eq!(
            spread((10, 100), vec![wish(0), wish(1), wish(2)]),
            [(0, 50), (1, 57), (2, 64)]
        );
        assert_eq!(
            spread((10, 60), vec![wish(0), wish(1), wish(2)]),
            [(0, 46), (1, 53), (2, 60)]
        );
        assert_eq!(
            spread((10, 14), vec![wish(0), wish(1), wish(2)]),
            [(0, 10), (1, 12), (2, 14)]
        );
    }

    #[test]
    fn neighbours_in_a_row_are_joined_below_it() {
        let (paths, _) = paths(&[(0, 0), (150, 0)], SIZE, &[(0, 1)]);
        assert_eq!(paths[0], "M50 40C50 62 200 62 200 47");
    }
}
