// SPDX-License-Identifier: LGPL-2.1-or-later
// In place of a CommonJS module whose default export bundlers do not agree on: nothing is scrolled in a picture.
export const Scrollbars = ({ children, style }) => <div style={style}>{children}</div>;
export default Scrollbars;
