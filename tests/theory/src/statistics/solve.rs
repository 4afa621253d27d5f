//! Small systems of linear equations: Gaussian elimination with the largest pivot.

/// The solution of `matrix · x = right`. What does not matter, because an equation repeats others,
/// is zero.
pub(super) fn solve(matrix: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let size = right.len();
    let mut rows: Vec<Vec<f64>> = matrix
        .iter()
        .zip(right)
        .map(|(row, value)| row.iter().copied().chain([*value]).collect())
        .collect();
    let scale = rows.iter().flatten().fold(0.0_f64, |most, x| most.max(x.abs()));
    let mut pivots = Vec::new();
    for column in 0..size {
        let first = pivots.len();
        let largest =
            (first..size).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()));
        let Some(largest) = largest.filter(|at| rows[*at][column].abs() > 1e-12 * scale) else {
            continue;
        };
        rows.swap(first, largest);
        let pivot = rows[first].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(at, _)| *at != first) {
            let factor = row[column] / pivot[column];
            row.iter_mut().zip(&pivot).for_each(|(x, p)| *x -= factor * p);
        }
        pivots.push(column);
    }
    let mut solution = vec![0.0; size];
    for (row, column) in pivots.into_iter().enumerate() {
        solution[column] = rows[row][size] / rows[row][column];
    }
    solution
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_solved_and_repeated_equations_do_no_harm() {
        let solution = solve(&[vec![0.0, 2.0], vec![4.0, 1.0]], &[6.0, 11.0]);
        assert!((solution[0] - 2.0).abs() < 1e-12 && (solution[1] - 3.0).abs() < 1e-12);
        let solution = solve(&[vec![1.0, 1.0], vec![1.0, 1.0]], &[5.0, 5.0]);
        assert!((solution[0] + solution[1] - 5.0).abs() < 1e-12, "{solution:?}");
    }
}
