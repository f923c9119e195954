print('audit')
