/** @param {ArrayLike<number>} sorted @param {number} percent */
export const percentile = (sorted, percent) => sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))];

/** @param {number[]} numbers */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Half the distance between the lowest and the highest. @param {number[]} numbers */
export const spread = (numbers) => (Math.max(...numbers) - Math.min(...numbers)) / 2;
