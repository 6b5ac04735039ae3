// Lanes over one time axis, to be zoomed and asked: what the pictures of runs and of captures share.
var understudyLanes = (function () {
  'use strict';
  var kLabels = 178, kRight = 16, kLane = 26, kGap = 7, kAxis = 26, kHosts = 6;

  function seconds(t) { return t.toFixed(6).replace(/0{1,3}$/, '') + ' s'; }
  function span(t) {
    if (t >= 1) return +t.toFixed(6) + ' s';
    return t >= 1e-3 ? +(t * 1e3).toFixed(6) + ' ms' : +(t * 1e6).toFixed(3) + ' us';
  }
  function hue(index) { return index < 0 ? 'var(--init)' : 'var(--h' + (index % kHosts) + ')'; }

  // [[time, value, ...]] -> segments up to the end.
  function segments(changes, end) {
    return changes.map(function (change, i) {
      return { from: change[0], to: i + 1 < changes.length ? changes[i + 1][0] : end, value: change[1], text: change[2] };
    }).filter(function (one) { return one.to > one.from; });
  }
  // What is nearest to the pointer, of [[time, ...]].
  function nearest(list, t, reach) {
    var best = null;
    list.forEach(function (one) { if (Math.abs(one[0] - t) <= reach && (!best || Math.abs(one[0] - t) < Math.abs(best[0] - t))) best = one; });
    return best;
  }
  // Of marks that would lie on one pixel the first is drawn.
  function thinned(list, x) {
    var last = -Infinity, width = x.range()[1];
    return list.filter(function (one) {
      var place = x(one[0]);
      if (place < -2 || place > width + 2 || place - last < 1.2) return false;
      last = place;
      return true;
    });
  }

  // What painters draw with; `width` is that of the time axis.
  function Brush(width) { this.width = width; }
  // One rectangle for each {from, to} of the list.
  Brush.prototype.bars = function (group, list, x, kind, top, tall) {
    var width = this.width;
    list = list.filter(function (one) { return x(one.to) > -1 && x(one.from) < width + 1; });
    var rects = group.selectAll('rect.bar').data(list);
    rects.exit().remove();
    return rects.enter().append('rect').merge(rects)
      .attr('class', function (one) { return 'bar ' + kind(one); }).attr('y', top).attr('height', tall)
      .attr('x', function (one) { return Math.max(x(one.from), -4); })
      .attr('width', function (one) { return Math.max(Math.min(x(one.to), width + 4) - Math.max(x(one.from), -4), 1); });
  };
  // Their names, where there is room.
  Brush.prototype.captions = function (group, list, x, type, text, base) {
    var width = this.width;
    list = list.filter(function (one) {
      return text(one) && Math.min(x(one.to), width) - Math.max(x(one.from), 0) > 7 * text(one).length + 8;
    });
    var texts = group.selectAll('text.caption').data(list);
    texts.enter().append('text').merge(texts).attr('class', function (one) { return 'caption ' + type(one); })
      .attr('y', base).attr('x', function (one) { return Math.max(x(one.from), 0) + 6; }).text(text);
    texts.exit().remove();
  };
  Brush.prototype.ticks = function (group, list, x, name, kind, y1, y2) {
    var lines = group.selectAll('line.' + name).data(thinned(list, x));
    lines.enter().append('line').merge(lines).attr('class', function (one) { return name + ' ' + kind(one); })
      .attr('x1', function (one) { return x(one[0]); }).attr('x2', function (one) { return x(one[0]); })
      .attr('y1', y1).attr('y2', y2);
    lines.exit().remove();
  };
  Brush.prototype.marks = function (group, list, x, name, symbol, middle) {
    var paths = group.selectAll('path.' + name).data(thinned(list, x));
    paths.enter().append('path').merge(paths).attr('class', function (one) { return name + ' ' + (one.kind || ''); }).attr('d', symbol)
      .attr('transform', function (one) { return 'translate(' + x(one[0]) + ',' + middle + ')'; });
    paths.exit().remove();
  };

  // A picture: {name, index, duration, lanes: [{kind, label, sub, height, data}], painters: by kind (brush, group, lane, x),
  // askers: by kind (lane, t, reach) -> lines, under and over: (brush, group, x, top, height), buttons: [[text, from, to]],
  // keys: [[text, colour]], note}. Gives show(from, to).
  function draw(box, picture) {
    var lanes = picture.lanes, duration = picture.duration;
    var y = kAxis;
    lanes.forEach(function (lane) { lane.y = y; y += lane.height + kGap; });
    var height = y + 4, brush = new Brush(0);

    var svg = d3.select(box).append('svg').attr('role', 'img').attr('height', height)
      .attr('aria-label', 'Timeline of ' + picture.name);
    var clip = 'clip-' + picture.index;
    svg.append('clipPath').attr('id', clip).append('rect').attr('x', 0).attr('y', 0).attr('height', height);
    var axis = svg.append('g').attr('class', 'axis');
    var grid = svg.append('g').attr('class', 'grid');
    var labels = svg.append('g');
    lanes.forEach(function (lane) {
      var middle = lane.y + lane.height / 2, cut = function (text) { return text.length > 24 ? text.slice(0, 23) + '…' : text; };
      labels.append('text').attr('class', 'label').attr('x', 4).attr('y', middle + (lane.sub ? -1 : 4)).text(cut(lane.label))
        .append('title').text(lane.label);
      if (lane.sub) labels.append('text').attr('class', 'sublabel').attr('x', 4).attr('y', middle + 12).text(cut(lane.sub));
    });
    var inner = svg.append('g').attr('transform', 'translate(' + kLabels + ',0)').attr('clip-path', 'url(#' + clip + ')');
    var under = inner.append('g'), groups = inner.selectAll('g.lane').data(lanes).enter().append('g')
      .attr('class', function (lane) { return 'lane lane-' + lane.kind; })
      .attr('data-label', function (lane) { return lane.label; })
      .attr('transform', function (lane) { return 'translate(0,' + lane.y + ')'; });
    groups.append('rect').attr('class', 'lane-ground').attr('height', function (lane) { return lane.height; }).attr('rx', 3);
    var contents = groups.append('g');
    var over = inner.append('g');
    var hair = inner.append('line').attr('class', 'hair').attr('y1', kAxis - 4).attr('y2', height).style('display', 'none');
    var tip = d3.select(box).append('div').attr('class', 'tip');

    var base = d3.scaleLinear().domain([0, duration]), shown = base;
    function paint() {
      var x = shown, count = Math.max(brush.width / 110, 2);
      axis.attr('transform', 'translate(' + kLabels + ',' + (kAxis - 6) + ')')
        .call(d3.axisTop(x).ticks(count).tickFormat(function (t) { return +t.toFixed(9) + ' s'; }));
      grid.attr('transform', 'translate(' + kLabels + ',' + (kAxis - 6) + ')')
        .call(d3.axisBottom(x).ticks(count).tickSize(height - kAxis).tickFormat(''));
      contents.each(function (lane) { picture.painters[lane.kind](brush, d3.select(this), lane, x); });
      picture.under(brush, under, x, kAxis, height);
      picture.over(brush, over, x, kAxis, height);
    }

    var zoom = d3.zoom().on('zoom', function () {
      shown = d3.event.transform.rescaleX(base);
      paint();
    });
    function show(from, to) {
      var scale = brush.width / (base(to) - base(from));
      svg.call(zoom.transform, d3.zoomIdentity.scale(scale).translate(-base(from), 0));
    }
    function resize() {
      var width = brush.width = Math.max(box.clientWidth - 24 - kLabels - kRight, 200);
      base.range([0, width]);
      svg.select('clipPath rect').attr('width', width);
      groups.select('.lane-ground').attr('width', width);
      zoom.scaleExtent([1, Math.max(duration * 2e6, 10)]).extent([[0, 0], [width, height]]).translateExtent([[0, 0], [width, height]]);
      shown = d3.zoomTransform(svg.node()).rescaleX(base);
      paint();
    }

    svg.on('mousemove', function () {
      var at = d3.mouse(svg.node()), x = at[0] - kLabels;
      var lane = lanes.filter(function (one) { return at[1] >= one.y && at[1] < one.y + one.height; })[0];
      var inside = x >= 0 && x <= brush.width;
      hair.style('display', inside ? null : 'none').attr('x1', x).attr('x2', x);
      var t = shown.invert(x);
      var lines = inside && lane ? picture.askers[lane.kind](lane, t, Math.abs(shown.invert(6) - shown.invert(0))) : [];
      if (!inside || !lane || !lines.length) return tip.style('display', 'none');
      tip.text('at ' + seconds(t) + '\n' + lines.join('\n')).style('display', 'block');
      var size = tip.node().getBoundingClientRect(), room = box.clientWidth;
      tip.style('left', Math.max(4, Math.min(at[0] + 22, room - size.width - 8)) + 'px').style('top', at[1] + 56 + 'px');
    }).on('mouseleave', function () { tip.style('display', 'none'); hair.style('display', 'none'); })
      .call(zoom).on('dblclick.zoom', null).on('dblclick', function () { show(0, duration); });

    var tools = d3.select(box).insert('div', 'svg').attr('class', 'tools');
    picture.buttons.forEach(function (one) {
      tools.append('button').text(one[0]).on('click', function () { show(one[1], one[2]); });
    });
    picture.keys.forEach(function (one) {
      var key = tools.append('span').attr('class', 'key');
      key.append('i').style('background', one[1]);
      key.append('span').text(one[0]);
    });
    tools.append('span').text(picture.note + ' · wheel: zoom, drag: move, double click: all');
    resize();
    window.addEventListener('resize', resize);
    return show;
  }

  return { draw: draw, seconds: seconds, span: span, hue: hue, segments: segments, nearest: nearest, lane: kLane };
}());
