// Where on the screen the first occurrence of some words begins or ends, in Label Studio's text.
([words, atEnd]) => {
  const mark = document.querySelector(".htx-highlight");
  const root = mark.closest("[class*=richtext__container]") || mark.parentElement;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = "";
  while (walker.nextNode()) {
    nodes.push([walker.currentNode, text.length]);
    text += walker.currentNode.data;
  }
  const place = text.indexOf(words) + (atEnd ? words.length - 1 : 0); // of the first or the last character
  const [node, start] = nodes.filter(([, start]) => start <= place).pop();
  const range = document.createRange();
  range.setStart(node, place - start);
  range.setEnd(node, place - start + 1);
  const box = range.getBoundingClientRect();
  return [atEnd ? box.right - 1 : box.left + 1, (box.top + box.bottom) / 2];
};
