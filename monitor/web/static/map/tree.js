// The units: districts, and those that are no district (zones, 市直 buckets), each under the unit above it.
(function (P) {
  const NATION = "100000";

  class Tree {
    constructor(data) {
      this.chains = new Map();
      this.units = new Map([[NATION, { name: "全国", parent: "", children: [], others: [] }]]);
      data.code.forEach((code, i) => {
        const place = new Float64Array(2);
        P.project(data.label[2 * i] * data.step, data.label[2 * i + 1] * data.step, place, 0);
        this.units.set(code, { name: data.name[i], parent: data.parent[i] || NATION, place, children: [], others: [] });
      });
      data.code.forEach((code) => this.parent(code).children.push(code));
      this.leaves = Array.from(data.leaves, (i) => data.code[i]);
      this.provinces = this.leaves.map((code) => this.chain(code).slice(-1)[0]);
      this.leafNumbers = new Map(this.leaves.map((code, leaf) => [code, leaf]));
    }

    // Units that report but have no shape; a day's answer names those that have projects.
    addOthers(units) {
      units.code.forEach((code, i) => {
        if (this.units.has(code)) return;
        const above = units.parent[i] >= 0 ? units.code[units.parent[i]] : NATION;
        this.units.set(code, { name: units.name[i], parent: above, kind: units.kind[i], children: [], others: [] });
        (this.units.get(above) || this.units.get(NATION)).others.push(code);
      });
    }

    parent(code) {
      const unit = this.units.get(code);
      return this.units.get(unit.parent) || this.units.get(NATION);
    }

    has(code) {
      return this.units.has(code);
    }

    name(code) {
      return this.units.has(code) ? this.units.get(code).name : code;
    }

    label(code) {
      return this.units.has(code) ? this.units.get(code).place : undefined;
    }

    isDistrict(code) {
      return this.label(code) !== undefined;
    }

    // Whether there is anything to go down to.
    isBranch(code) {
      const unit = this.units.get(code);
      return unit.children.length + unit.others.length > 0;
    }

    province(leaf) {
      return this.provinces[leaf];
    }

    // The unit and those above it, lowest first, without the nation.
    chain(code) {
      if (!this.units.has(code) || code === NATION) return [];
      if (!this.chains.has(code)) this.chains.set(code, [code, ...this.chain(this.units.get(code).parent)]);
      return this.chains.get(code);
    }

    // The unit below `root` that holds `code`, or `root` for itself; "" outside. `deep`: the lowest unit itself.
    below(code, root, deep) {
      const chain = this.chain(code);
      const at = root === NATION ? chain.length : chain.indexOf(root);
      if (at < 0) return "";
      if (at === 0) return root;
      return deep ? chain[0] : chain[at - 1];
    }

    leavesOf(code) {
      return this.leaves.map((_, leaf) => leaf).filter((leaf) => code === NATION || this.chain(this.leaves[leaf]).includes(code));
    }
  }

  P.NATION = NATION;
  P.Tree = Tree;
})(window.PalmMap);
