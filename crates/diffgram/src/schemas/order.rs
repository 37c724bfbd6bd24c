//! The order of options: Diffgram keeps none.

use std::collections::HashMap;

use portal_model::{attribute::AttributeOption, id::OptionId};

/// Parents before their children, else by id, which is by age. One whose parent is not there stands at the top, and of a circle
/// the oldest does (DAT-04); what Diffgram holds of them is not changed by that. Linear but for the sorting (DAT-03).
pub(super) fn parents_first(mut options: Vec<AttributeOption>) -> Vec<AttributeOption> {
    let ids: Vec<OptionId> = options.iter().map(|option| option.id).collect();
    let place: HashMap<OptionId, usize> = ids.iter().copied().zip(0..).collect();
    let mut above: Vec<Option<usize>> =
        options.iter().map(|option| option.parent.and_then(|parent| place.get(&parent).copied())).collect();
    let mut depth: Vec<Option<usize>> = vec![None; ids.len()];
    let mut walk_of: Vec<Option<usize>> = vec![None; ids.len()];
    for start in 0..ids.len() {
        let mut walked = Vec::new();
        let mut at = start;
        let last = loop {
            if let Some(known) = depth[at] {
                break known + 1;
            }
            if walk_of[at] == Some(start) {
                // A circle: cut it above its oldest, and walk again.
                let circle = walked.iter().skip_while(|place| **place != at);
                if let Some(oldest) = circle.min_by_key(|place| ids[**place]) {
                    above[*oldest] = None;
                }
                for place in walked.drain(..) {
                    walk_of[place] = None;
                }
                at = start;
                continue;
            }
            walk_of[at] = Some(start);
            walked.push(at);
            match above[at] {
                Some(up) => at = up,
                None => break 0,
            }
        };
        for (below, place) in walked.iter().rev().enumerate() {
            depth[*place] = Some(last + below);
        }
    }
    for (option, above) in options.iter_mut().zip(&above) {
        option.parent = above.map(|place| ids[place]);
    }
    options.sort_by_key(|option| (place.get(&option.id).and_then(|place| depth[*place]), option.id));
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn option(id: i64, parent: Option<i64>) -> AttributeOption {
        AttributeOption { id: OptionId(id), name: format!("o{id}"), parent: parent.map(OptionId), archived: false }
    }

    #[test]
    fn dat_04_parents_come_first_and_circles_end() {
        let ids = |options: Vec<AttributeOption>| {
            parents_first(options).iter().map(|o| (o.id.0, o.parent.map(|p| p.0))).collect::<Vec<_>>()
        };
        assert_eq!(
            ids(vec![option(3, Some(2)), option(2, Some(1)), option(1, None)]),
            [(1, None), (2, Some(1)), (3, Some(2))]
        );
        assert_eq!(ids(vec![option(1, Some(2)), option(2, Some(1))]), [(1, None), (2, Some(1))]);
        assert_eq!(ids(vec![option(1, Some(1)), option(5, Some(99))]), [(1, None), (5, None)]);
        // What hangs below a circle, or below one without its parent, keeps its place.
        assert_eq!(
            ids(vec![
                option(1, Some(4)),
                option(2, Some(3)),
                option(3, Some(2)),
                option(4, Some(2)),
                option(5, Some(9))
            ]),
            [(2, None), (5, None), (3, Some(2)), (4, Some(2)), (1, Some(4))]
        );
    }

    #[test]
    fn dat_03_fifty_thousand_options_are_sorted_at_once() {
        // One long chain, youngest first: the worst case. By pairs this would be more than a thousand million comparisons.
        let chain = (1..=50_000).rev().map(|id| option(id, (id > 1).then_some(id - 1))).collect();
        let sorted = parents_first(chain);
        assert!(sorted.iter().map(|option| option.id.0).eq(1..=50_000));
    }
}
