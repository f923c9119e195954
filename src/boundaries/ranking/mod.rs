//! How plausible each candidate is, and which of them make the list.
//!
//! In: [`Candidate`](super::views::Candidate)s. Out: [`rank::Ranked`] sets, best first.
//! Invariant: ties go to the larger set, then by members.
//! Never: what a cut costs; that is described for those that are listed.
//!
//! A shop of 300 files. Its views found, among others:
//!
//! ```text
//!    set                               found by              plausibility   weight
//! A  billing/, 40 files                directories, calls    9.0            9.0 × (1/20 + 1/6)
//! B  billing/ and three helpers, 43    references, changes   8.5            8.5 × (1/8 + 1/12)
//! C  billing/ and reports/, 70         changes               6.0            6.0 × 1/12
//! D  search/, 25 files                 directories           4.0            4.0 × 1/20
//! ```
//!
//! **How plausible** a set is ([`rank`], [`shape`]) depends on itself alone: how many of its ties stay
//! inside, whether its paths speak a language of their own, whether some folder is nearly the same,
//! whether the border is crossed in one direction, how large it is; for a service also how often it
//! changes and how much time is spent in it, against the rest. The parts are added, and `exp` of the
//! sum is the plausibility, so that a part which is twice as good makes the set a fixed factor likelier.
//!
//! **Its weight** is the plausibility times the votes of the views. A view that found twenty sets
//! gives each of them a twentieth, so that one that cuts everything to pieces cannot outvote the others.
//!
//! **Which are listed** ([`choose`]) is no sort by weight: A, B and C would come first, three tries
//! at one thing, and D never. Sets that are alike stand for each other, and each choice is the one that
//! stands for the most weight that nothing before it stands for. A stands wholly for B (Jaccard .93) and
//! for most of C (.57). Of those that are alike the most plausible one is printed: A, by its folder's name.
//! The next one is D; C is a rival of A and comes after all that is apart from it.
//!
//! Rejected: the best modularity. It answers how to divide *all* files, a question that no team has,
//! and its parts follow the size of the system. Rejected, too: cohesion alone, which is perfect for what
//! nobody uses; and weights fitted by a conditional logit, which hit more at the first place and fewer at
//! the first five than these few round ones, on repositories that neither was fitted to.
//! [`domains`], [`siblings`] and [`slices`] are for code whose folders are layers, where no folder is a part.

pub(crate) mod choose;
pub(crate) mod domains;
pub(crate) mod rank;
pub(crate) mod shape;
pub(crate) mod siblings;
pub(crate) mod slices;
