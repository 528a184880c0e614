// Numbers as an official writes them. Money comes in 万元.
(function (P) {
  const whole = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 0 });
  const one = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 1 });
  const two = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 2 });
  const known = (value) => value !== null && value !== undefined && !Number.isNaN(value);

  P.format = {
    known,
    count: (value) => whole.format(value),
    // 亿元 from one 亿元 on, else 万元; the unit is always printed.
    money(value) {
      if (!known(value)) return "未填报";
      return Math.abs(value) >= 10000 ? two.format(value / 10000) + " 亿元" : one.format(value) + " 万元";
    },
    percent: (value) => (known(value) ? one.format(value) + "%" : "—"),
    points: (value) => (known(value) ? (value > 0 ? "+" : "") + one.format(value) + " 个百分点" : "—"),
  };
})(window.PalmMap);
