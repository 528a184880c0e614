// 组件文字 words that Streamlit's own widgets show or read out in English, said in Chinese as they appear.
(function () {
  const WORDS = {
    "Skip to main content": "跳到正文",
    Open: "展开",
    Close: "关闭",
    Dismiss: "收起",
    Clear: "清除",
    "Clear value": "清除",
    "Clear all": "全部清除",
    Search: "查找",
    "No results": "没有匹配的选项",
    "No options to select": "没有可选的选项",
    "Choose an option": "请选择",
    "Choose options": "请选择",
    "Select all": "全选",
    Upload: "选择文件",
    "file upload": "选择文件",
    "Add files": "继续添加文件",
    "add icon": "",
    Increment: "增加",
    Decrement: "减少",
    progress: "进度",
    "Choose date": "选择日期",
    Calendar: "日历",
    yyyy: "年",
    mm: "月",
    dd: "日",
    "Next month": "下个月",
    "Previous month": "上个月",
    "Use arrow keys to navigate dates. Enter to select. Escape to close.": "用方向键选日期，回车确认，Esc 关闭。",
    Fullscreen: "全屏",
    "Close fullscreen": "退出全屏",
    "Show data": "查看数据",
    "Show/hide columns": "显示或隐藏列",
    "Download as CSV": "下载 CSV",
    "Download as PNG": "下载图片",
    "Vega visualization": "统计图",
    visualization: "统计图",
    "Link to heading": "本节链接",
    "streamlit_folium.st_folium": "掌上地图",
    "Connecting": "正在连接",
    "Connection error": "连接中断",
    "Streamlit server is not responding. Are you connected to the internet?":
      "服务器没有应答，请检查网络；恢复后自动连上，已写的内容还在。",
    "Error:": "没有上传：",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:":
      "服务已停止，请联系管理员重新启动。",
  };
  const MONTHS = "January February March April May June July August September October November December".split(" ");
  const month = (name) => MONTHS.indexOf(name) + 1;
  const FIELDS = { year: "年", month: "月", day: "日" };
  const PATTERNS = [
    [/^(\d+) more$/, () => "更多"],
    [/^(\d+) options? available\.?$/, (_, count) => `共 ${count} 个选项`],
    [/^Remove (.+)$/, (_, name) => `移除 ${name}`],
    [/^Choose date, (.+)$/, (_, day) => `选择日期，${day}`],
    [/^(year|month|day), (.+)$/, (_, field, label) => `${FIELDS[field]}，${label}`],
    [/^(\d+) – [A-Z][a-z]+$/, (_, number) => `${Number(number)}月`],
    [/^Selected Date: ([A-Z][a-z]+) (\d+), (\d+)$/, (_, name, day, year) => `已选日期：${year}年${month(name)}月${day}日`],
    [/^\w+ mark container$/, () => "图形"],
    [/^\S*hei[cf]\S* files are not allowed\.$/i, () => "HEIC 照片请在手机上转存为 JPEG 后再选。"],
    [/^.+ files are not allowed\.$/, () => "不收这种格式的文件，请另选。"],
    [/^File must be (\d+(\.\d+)?)MB or smaller\.$/, (_, limit) => `文件超过 ${limit} MB，请压缩后再选。`],
    [/^This app has encountered an error\./, () => "本页出错了，请刷新重试；仍然出错的，请联系管理员查看服务日志。"],
  ];
  const ATTRIBUTES = ["aria-label", "aria-roledescription", "aria-valuetext", "placeholder", "title", "alt"];

  function said(text) {
    const words = text.trim();
    if (!/[A-Za-z]/.test(words)) return null;
    if (Object.hasOwn(WORDS, words)) return WORDS[words];
    for (const [pattern, say] of PATTERNS) {
      const found = pattern.exec(words);
      if (found) return say(...found);
    }
    return null;
  }

  function ofText(node) {
    const words = said(node.nodeValue);
    if (words !== null) node.nodeValue = words;
  }

  function ofAttribute(element, name) {
    const words = element.hasAttribute(name) ? said(element.getAttribute(name)) : null;
    if (words !== null) element.setAttribute(name, words);
  }

  function under(node) {
    if (node.nodeType === Node.TEXT_NODE) return ofText(node);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    ATTRIBUTES.forEach((name) => ofAttribute(node, name));
    for (const element of node.querySelectorAll(ATTRIBUTES.map((name) => `[${name}]`).join()))
      ATTRIBUTES.forEach((name) => ofAttribute(element, name));
    const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) ofText(texts.currentNode);
  }

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(under);
      else if (change.type === "characterData") ofText(change.target);
      else ofAttribute(change.target, change.attributeName);
    }
  }).observe(document.documentElement, {
    subtree: true,
    childList: true,
    characterData: true,
    attributeFilter: ATTRIBUTES,
  });
})();
