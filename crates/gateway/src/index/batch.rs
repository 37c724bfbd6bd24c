//! Many rows in one statement. SQLite spends most of a small statement around it, and a statement that is always of the same
//! few sizes is prepared once.

/// Rows of the largest statement.
const MOST: usize = 64;

/// Cuts rows into pieces of 64, 32, 16 … 1.
pub(super) fn pieces<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = MOST.min(1 << rows.len().checked_ilog2()?);
        let (piece, rest) = rows.split_at(size);
        rows = rest;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_of_few_sizes_and_together_all_rows() {
        for n in [0, 1, 2, 3, 63, 64, 65, 200] {
            let rows: Vec<usize> = (0..n).collect();
            let found: Vec<&[usize]> = pieces(&rows).collect();
            assert_eq!(found.concat(), rows);
            assert!(found.iter().all(|piece| piece.len().is_power_of_two() && piece.len() <= MOST));
        }
    }
}
