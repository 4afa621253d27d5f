// Zahlen, und wovon es so viele gibt.

export const number = (count: number) => count.toLocaleString('de');
export const counted = (count: number, one: string, many: string) =>
  `${number(count)} ${count === 1 ? one : many}`;
