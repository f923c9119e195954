module example.com/app

require example.com/dep v1.0.0

replace example.com/dep => ./third_party/dep
