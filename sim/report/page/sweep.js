// Draws a sweep: quantiles of each measure over one parameter, a curve for each of the others' values.
(function () {
  'use strict';
  var kLeft = 64, kRight = 20, kTop = 14, kBottom = 40, kTall = 300, kHosts = 6;

  function draw(box, data) {
    var svg = d3.select(box).append('svg').attr('role', 'img').attr('height', kTall).attr('aria-label', data.title);
    var tip = d3.select(box).append('div').attr('class', 'tip');
    var tools = d3.select(box).insert('div', 'svg').attr('class', 'tools');
    data.series.forEach(function (one) {
      var key = tools.append('span').attr('class', 'key');
      key.append('i').style('background', 'var(--h' + (one.hue % kHosts) + ')');
      key.append('span').text(one.name);
    });
    tools.append('span').text(data.note);
    var grid = svg.append('g').attr('class', 'grid'), axes = svg.append('g').attr('class', 'axis');
    var body = svg.append('g');
    axes.append('g').attr('class', 'x');
    axes.append('g').attr('class', 'y');
    axes.append('text').attr('class', 'x-name').attr('text-anchor', 'end').attr('y', kTall - 6).text(data.x_name);
    axes.append('text').attr('class', 'y-name').attr('x', 6).attr('y', 12).text(data.y_name);

    function paint() {
      var width = Math.max(box.clientWidth - 24, 300);
      var x = d3.scalePoint().domain(data.ticks).range([kLeft, width - kRight]).padding(0.4);
      var top = d3.max(data.series, function (one) { return d3.max(one.points, function (p) { return d3.max([p.y, p.high]); }); }) || 1;
      var y = d3.scaleLinear().domain([0, top]).nice().range([kTall - kBottom, kTop + 8]);
      axes.select('.x').attr('transform', 'translate(0,' + (kTall - kBottom) + ')').call(d3.axisBottom(x));
      axes.select('.y').attr('transform', 'translate(' + kLeft + ',0)').call(d3.axisLeft(y).ticks(6));
      axes.select('.x-name').attr('x', width - kRight);
      grid.attr('transform', 'translate(' + kLeft + ',0)').call(d3.axisLeft(y).ticks(6).tickSize(-(width - kLeft - kRight)).tickFormat(''));
      var at = function (p) { return x(data.ticks[p.x]); };
      var groups = body.selectAll('g.series').data(data.series);
      var made = groups.enter().append('g').attr('class', 'series');
      made.append('path').attr('class', 'band');
      made.append('path').attr('class', 'curve');
      groups = made.merge(groups);
      groups.each(function (one) {
        var colour = 'var(--h' + (one.hue % kHosts) + ')', group = d3.select(this);
        var known = one.points.filter(function (p) { return p.low !== null && p.high !== null; });
        group.select('.band').style('fill', colour).attr('d', d3.area().x(at)
          .y0(function (p) { return y(p.low); }).y1(function (p) { return y(p.high); })(known));
        group.select('.curve').style('stroke', colour).attr('stroke-dasharray', one.dash || null)
          .attr('d', d3.line().x(at).y(function (p) { return y(p.y); })(one.points));
        var dots = group.selectAll('circle').data(one.points);
        dots.enter().append('circle').attr('class', 'dot').attr('r', 4).style('fill', colour).merge(dots)
          .attr('cx', at).attr('cy', function (p) { return y(p.y); })
          .on('mousemove', function (p) {
            var place = d3.mouse(svg.node());
            tip.text(one.name + ' at ' + data.ticks[p.x] + '\n' + p.text).style('display', 'block')
              .style('left', Math.min(place[0] + 20, width - 220) + 'px').style('top', place[1] + 50 + 'px');
          })
          .on('mouseleave', function () { tip.style('display', 'none'); });
      });
    }
    paint();
    window.addEventListener('resize', paint);
  }

  JSON.parse(document.getElementById('data').textContent).forEach(function (data) {
    draw(document.getElementById(data.at), data);
  });
}());
